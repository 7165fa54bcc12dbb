"""One vehicle, one answer: from what frames show to what happened."""
