"""Bandwise: from the raw responses of a survey to a benchmark report in which every number can be proved."""
