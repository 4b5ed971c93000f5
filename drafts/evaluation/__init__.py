"""Semantic evaluation: how good are the texts of a prompt version, on leads that never change?"""
