"""Results of a survey: of the village and of groups that are large enough, never of one person."""
