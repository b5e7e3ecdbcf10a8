# A message sent once more, unchanged, to somebody else.
resend = Send it on unchanged
resend-lead = The message goes as it came, with its files. Whoever gets it sees who wrote it, and that you sent it on.
resend-origin = From { $who }, { $date }
resend-message = The message
resend-send = Send it on
