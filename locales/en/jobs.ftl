### Work that goes on in the background.

error-job-gone = This is no longer known
error-job-gone-text = What is done is remembered for a week. Nothing was changed by looking for it.
