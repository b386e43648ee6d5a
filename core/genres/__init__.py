"""Genres from text: classifiers that predict a film's genres, their thresholds and their scores."""
