"""Patterns are made by the plans themselves here."""
