"""How work runs: progress, threads, memory, jobs in a process of their own, and connections to other servers."""
