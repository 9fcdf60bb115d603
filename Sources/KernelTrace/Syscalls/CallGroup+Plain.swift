/// Calls of which only the outcome is kept.
extension CallGroup {
  static let signals = CallGroup(
    160, .plain,
    """
    sigprocmask =rt_sigprocmask sigsuspend =rt_sigsuspend
    sigpending =rt_sigpending sigtimedwait =rt_sigtimedwait =rt_sigtimedwait_time64 sigaltstack
    pause restart_syscall
    """)

  static let identities = CallGroup(
    176, .plain,
    """
    getpid getppid gettid getuid =getuid32 geteuid =geteuid32 getgid =getgid32 getegid =getegid32
    getresuid =getresuid32 getresgid =getresgid32 getpgid getpgrp getsid
    getgroups =getgroups32 setgroups =setgroups32 setpgid setsid
    setfsuid =setfsuid32 setfsgid =setfsgid32 capget capset personality umask getcwd
    """)

  static let times = CallGroup(
    208, .plain,
    """
    gettimeofday =time settimeofday =stime clock_gettime =clock_gettime64
    clock_settime =clock_settime64 clock_getres =clock_getres_time64
    adjtimex =clock_adjtime =clock_adjtime64
    nanosleep =clock_nanosleep =clock_nanosleep_time64 times getrusage getitimer setitimer
    timer_create timer_settime =timer_settime64 timer_gettime =timer_gettime64 timer_getoverrun
    timer_delete timerfd_create timerfd_settime =timerfd_settime64
    timerfd_gettime =timerfd_gettime64
    """)

  static let scheduling = CallGroup(
    240, .plain,
    """
    sched_yield sched_setscheduler sched_getscheduler sched_setparam sched_getparam
    sched_setaffinity sched_getaffinity sched_setattr sched_getattr sched_get_priority_max
    sched_get_priority_min sched_rr_get_interval =sched_rr_get_interval_time64
    getpriority setpriority =nice ioprio_get ioprio_set getcpu membarrier rseq
    set_robust_list get_robust_list set_tid_address
    arch_prctl =set_thread_area =set_tls =get_thread_area =modify_ldt
    futex_wait futex_waitv futex_wake futex_requeue
    rlimit =prlimit64 =getrlimit =setrlimit =ugetrlimit
    """)

  static let memory = CallGroup(
    288, .plain,
    """
    munmap mremap msync madvise mincore mlock =mlock2 mlockall munlock munlockall
    remap_file_pages process_madvise process_mrelease pkey_alloc pkey_free map_shadow_stack mseal
    mbind get_mempolicy set_mempolicy set_mempolicy_home_node migrate_pages move_pages
    memfd_create memfd_secret userfaultfd cacheflush =riscv_flush_icache cachestat
    """)

  static let messages = CallGroup(
    328, .plain,
    """
    pipe =pipe2 eventfd =eventfd2 signalfd =signalfd4 epoll_create =epoll_create1
    inotify_init =inotify_init1 inotify_rm_watch fanotify_init
    shmget shmat shmdt shmctl semget semop =semtimedop =semtimedop_time64 semctl
    msgget msgsnd msgrcv msgctl
    mq_open mq_unlink mq_timedsend =mq_timedsend_time64
    mq_timedreceive =mq_timedreceive_time64 mq_notify mq_getsetattr
    io_setup io_destroy io_submit io_cancel io_getevents =io_pgetevents =io_pgetevents_time64
    io_uring_setup io_uring_enter io_uring_register
    """)

  static let files = CallGroup(
    376, .plain,
    """
    sync =syncfs sync_file_range =sync_file_range2 =arm_sync_file_range readahead fchdir
    fstatfs =fstatfs64 fallocate fadvise =fadvise64 =fadvise64_64 =arm_fadvise64_64
    getsockname getpeername listen socketpair fgetxattr =flistxattr fsetxattr =fremovexattr
    swapon swapoff acct uselib pivot_root quotactl fanotify_mark name_to_handle_at
    open_tree move_mount fspick mount_setattr
    close_range open_by_handle_at fsopen fsconfig fsmount open_tree_attr
    statmount listmount sysfs ustat lookup_dcookie vhangup quotactl_fd
    landlock_create_ruleset landlock_add_rule landlock_restrict_self
    file_getattr file_setattr
    """)

  static let kernel = CallGroup(
    440, .plain,
    """
    uname =newuname =oldolduname =olduname sysinfo getrandom syslog sethostname setdomainname
    reboot kexec_load kexec_file_load init_module finit_module delete_module
    bpf perf_event_open seccomp iopl ioperm setns unshare
    add_key request_key keyctl process_vm_readv process_vm_writev kcmp
    pidfd_open pidfd_getfd lsm_get_self_attr lsm_set_self_attr lsm_list_modules
    riscv_hwprobe uretprobe uprobe rseq_slice_yield nfsservctl
    """)
}
