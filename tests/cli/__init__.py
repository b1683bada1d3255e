"""Tests of the command line, its files and the examples."""
