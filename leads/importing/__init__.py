"""From a file somebody else wrote to leads: detect → map → preview → write in resumable batches."""
