"""A company's PDF: from its package, by the pages of its notebook, to a tagged file that has passed its gates."""
