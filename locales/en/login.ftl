sign-in = Sign in
mail-address = Mail address
password = Password
password-hint = The password of this mailbox, the same as in your mail program.
stay-signed-in = Keep me signed in on this device
stay-hint = { $days ->
    [one] One day. Not on a shared computer.
   *[other] { $days } days. Not on a shared computer.
  }
login-words = Your letters, from however far away.
login-refused = Address and password do not match.
login-user-missing = Type your mail address.
login-password-missing = Type your password.
login-too-many = Too many tries. Try again in { $minutes ->
    [one] a minute
   *[other] { $minutes } minutes
  }.
login-again = Sign in again: the mail server no longer takes the password.
login-form-old = This page was open for too long. Sign in again.
signed-out = You are signed out.
