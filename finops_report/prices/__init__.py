"""What models cost: in force on a day, compared, in what is recorded, in what could be."""
