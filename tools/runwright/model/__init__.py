"""The nouns: frozen, strict values that every room shares; the JSON Schemas are made from them."""
