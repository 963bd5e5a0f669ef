"""Decides what a room may see, and knows nobody: text and a few facts in, a verdict out."""
