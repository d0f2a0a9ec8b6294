"""Programs made by chance, recorded in the browsers that are installed, and compared."""
