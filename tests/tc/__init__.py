"""Tests of ZSI.TC."""
