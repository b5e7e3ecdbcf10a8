invitation = Invitation
invitation-changed = Changed invitation
invitation-cancelled = Cancelled
invitation-event = Event
invitation-answer = Answer to an invitation
invitation-counter = Another time is proposed
invitation-refresh = Somebody asks for the invitation once more
invitation-declined-counter = The proposed change is declined
invitation-file = Save the calendar file
invitation-untitled = (no title)
invitation-more-events = { $count ->
    [one] The calendar file has 1 more event.
   *[other] The calendar file has { $shown } more events.
  }
invitation-description = More about it

event-when = When
event-there = There
event-repeats = Repeats
event-where = Where
event-organizer = Organiser
event-invited = Invited
event-more-invited = { $count ->
    [one] and 1 more
   *[other] and { $shown } more
  }
event-all-day = { $day }, all day
event-days = { $first } to { $last }
event-at = { $day }, { $time } ({ $zone })
event-span = { $day }, { $from }–{ $to } ({ $zone })
event-from-to = { $start } to { $end }
event-at-anywhere = { $day }, { $time }, wherever you are
event-span-anywhere = { $day }, { $from }–{ $to }, wherever you are
event-zone-unknown = time zone “{ $zone }”
event-instance = One of a series

answer-accepted = accepted
answer-declined = declined
answer-tentative = perhaps
answer-delegated = sends somebody else
answer-none = no answer yet
answer-optional = optional
reply-accepted = { $who } accepts.
reply-declined = { $who } declines.
reply-tentative = { $who } may come.
reply-delegated = { $who } sends somebody else.
reply-none = { $who } has not decided yet.

repeat-day = { $count ->
    [one] Every day
   *[other] Every { $shown } days
  }
repeat-week = { $count ->
    [one] Every week
   *[other] Every { $shown } weeks
  }
repeat-month = { $count ->
    [one] Every month
   *[other] Every { $shown } months
  }
repeat-year = { $count ->
    [one] Every year
   *[other] Every { $shown } years
  }
repeat-week-on = { $count ->
    [one] Every week on { $days }
   *[other] Every { $shown } weeks on { $days }
  }
repeat-until = { $repeat }, until { $date }
repeat-times = { $count ->
    [one] { $repeat }, once
   *[other] { $repeat }, { $shown } times
  }
repeat-intricate = By a rule that is in the calendar file

contact-card = Contact
contact-organisation = Organisation
contact-title = Title
contact-mail = Mail
contact-phone = Phone
contact-address = Address
contact-website = Website
contact-file = Save the contact file
contact-home = { $text } (home)
contact-work = { $text } (work)
contact-mobile = { $text } (mobile)
contact-fax = { $text } (fax)
