"""The figures of the eyes: codes and plates in labelled photos and in simulated sights."""
