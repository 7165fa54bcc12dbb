"""The one tool.  It starts agent, hwsim and city as processes; none of them knows it."""
