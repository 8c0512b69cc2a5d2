-- Work on the side: one thread, little memory, no progress bar, nothing downloaded, whatever the file asks for.
set threads = 1;
set memory_limit = '512MB';
set enable_progress_bar = false;
set autoinstall_known_extensions = false
