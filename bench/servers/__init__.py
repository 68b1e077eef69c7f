"""The programs that run as subjects, each in a process of its own."""
