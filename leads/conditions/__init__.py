"""Conditions of a person on leads: read from a URL or a form, compiled to a filter, put into words.

A condition is (field, operator, values); conditions are joined by and/or, with one level of groups. Nothing
here knows a request, and nothing a person wrote becomes SQL: fields and operators come from registries,
values are bound.
"""
