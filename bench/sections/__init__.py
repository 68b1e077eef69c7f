"""The parts of a bench; each has ``run(settings) -> Section``."""
