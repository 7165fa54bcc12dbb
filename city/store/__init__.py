"""What the city has: records, what it has of every sequence, alarms, commands.

``base`` is the seam: a PostgreSQL version fulfils ``Store`` there, and nothing else changes.
"""
