"""What did it cost each patient? Grades, events on treatment, exposure, the liver, doses."""
