"""The jobs of the catalogue: whose bytes a file has, and what it says about itself."""
