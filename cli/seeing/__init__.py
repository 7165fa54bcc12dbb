"""What status and monitor share: asking a running agent, and showing what it says."""
