"""Amounts in a page's text: prices, data allowances and terms, and the words around them."""
