"""Genres: labels, classifiers, and how well predicted genres fit."""
