"""Stands in for pip in a virtual environment that has none, such as uv makes.

The Python host of the fallback asks `python -m pip list` for the packages of a project. Copied out of this package at installation.
"""
