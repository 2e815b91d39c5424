"""What is kept about a parent and for how long; numbers that are not ours; erasure."""
