"""How work runs: progress, threads, memory, and jobs in a process of their own."""
