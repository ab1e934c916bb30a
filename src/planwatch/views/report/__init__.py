"""A stored analysis as one page: a model of it (`page`), drawn as HTML or as Markdown."""
