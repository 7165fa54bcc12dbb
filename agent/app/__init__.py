"""Composition: the only place that knows everybody.  ``agent.app.box`` builds the box."""
