"""Vectors and plays, turned into a plan. Nothing here waits."""
