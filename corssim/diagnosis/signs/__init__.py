"""What an outcome shows beside its verdict: symptoms of servers and pages that only look like CORS.

Read `symptom` (the value), then `recognise` (the table that is asked), then `other_causes` and `header_slips` (the
signs themselves); `evidence` is what they look at. Nothing here prints, and nothing imports the fixes.
"""
