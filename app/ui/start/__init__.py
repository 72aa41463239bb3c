"""The first start, signing in, changing the guard: what stands before and above the window."""
