"""Code as ZSI 2.1's users and its generator wrote it, in Python 3's syntax; all of it is ours."""
