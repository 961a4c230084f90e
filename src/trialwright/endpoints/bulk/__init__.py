"""Endpoints of many patients at once, by the rules of one patient compiled."""
