"""The demo's world: companies and people that do not exist, and what they did in the past 180 days.

Deterministic for a given day. Leads, activities, drafts and deliveries enter through the same doors, or
the same SQL, as real ones; figures of the KPI pages are computed from them, never written.
"""
