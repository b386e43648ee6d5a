"""What the pages share: cached resources, state, charts and cards."""
