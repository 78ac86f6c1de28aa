"""Clips of footage to hand out: which frames, written exactly, with an account of each."""
