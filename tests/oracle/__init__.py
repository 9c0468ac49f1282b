"""Planted mistakes, run on real hosts: is replay right about them? `make oracle` asks."""
