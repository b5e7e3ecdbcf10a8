# What an open page says of itself while mail comes and goes.
live-fine = Up to date
live-trouble = Trying again
live-ended = You are signed out. What you see here stays until you leave it.
live-left = { $count ->
    [one] 1 message was moved or deleted elsewhere.
   *[other] { $shown } messages were moved or deleted elsewhere.
  }
