"""The evacuation list at the window: printed, saved, called over; blank slips and late entry (VIS-13)."""
