"""From files of any kind to clean values: tables, ratings, titles, archives."""
