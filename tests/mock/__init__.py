"""Tests of ZSI.mock."""
