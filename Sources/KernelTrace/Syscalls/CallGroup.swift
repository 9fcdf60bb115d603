/// System calls that share a scheme, numbered upwards from `first`.
///
/// A word is a call; `=word` is another name of the call before it, on this or another architecture
/// or kernel version. `+n` is the call's variant: how its arguments lie (see `ArgumentView`).
///
/// Numbers are part of every state id, for ever: append to a group, as long as it stays below the
/// next one's first number, or append a group; never insert, reorder or remove.
struct CallGroup: Sendable {
  let first: UInt16
  let scheme: ClassScheme
  let text: StaticString

  init(_ first: UInt16, _ scheme: ClassScheme, _ text: StaticString) {
    self.first = first
    self.scheme = scheme
    self.text = text
  }

  var names: WordList { WordList(text) }

  /// All groups, in increasing order of their numbers.
  static let all: InlineArray<43, CallGroup> = [
    CallGroup(
      1, .transfer,
      """
      read =pread64 =readv =preadv =preadv2 write =pwrite64 =writev =pwritev =pwritev2
      recv =recvfrom =recvmsg =recvmmsg =recvmmsg_time64 send sendfile =sendfile64
      splice tee vmsplice copy_file_range
      """),
    CallGroup(16, .sendTo, "sendto =sendmsg =sendmmsg"),
    CallGroup(17, .address, "connect bind"),
    CallGroup(
      20, .descriptor,
      """
      close fstat =fstat64 lseek =_llseek accept =accept4 getdents =getdents64
      ftruncate =ftruncate64 shutdown fchown =fchown32 flock fsync =fdatasync dup
      """),
    CallGroup(
      64, .stat, "stat =stat64 =lstat =lstat64 =newfstatat+1 =fstatat64+1 =statx+2"),
    CallGroup(65, .unlink, "unlink =unlinkat+1"),
    CallGroup(
      66, .path,
      """
      rmdir access =faccessat =faccessat2 readlink =readlinkat statfs =statfs64 chdir chroot
      truncate =truncate64 chown =lchown =chown32 =lchown32 =fchownat
      utime =utimes =utimensat =utimensat_time64 =futimesat mount umount =umount2 =oldumount
      getxattr =lgetxattr =getxattrat =listxattr =llistxattr =listxattrat
      setxattr =lsetxattr =setxattrat =removexattr =lremovexattr =removexattrat
      inotify_add_watch
      """),
    CallGroup(
      104, .make,
      """
      mkdir =mkdirat mknod =mknodat symlink =symlinkat link =linkat
      rename =renameat =renameat2
      """),
    CallGroup(112, .open, "open =openat+1 =creat+2 =openat2+3"),
    CallGroup(113, .chmod, "chmod =fchmodat+1 =fchmodat2+1"),
    CallGroup(114, .descriptorMode, "fchmod"),
    CallGroup(115, .execute, "execve =execveat"),
    CallGroup(116, .clone, "clone =fork+1 =vfork+2 =clone3+3"),
    CallGroup(117, .exit, "exit exit_group+1"),
    CallGroup(119, .wait, "wait4 =waitpid =waitid+1"),
    CallGroup(120, .mapping, "mmap =mmap2"),
    CallGroup(121, .protection, "mprotect =pkey_mprotect"),
    CallGroup(122, .brk, "brk"),
    CallGroup(123, .socket, "socket"),
    CallGroup(126, .setOption, "setsockopt"),
    CallGroup(127, .getOption, "getsockopt"),
    CallGroup(128, .kill, "kill =rt_sigqueueinfo"),
    CallGroup(129, .threadSignal, "tkill =tgkill+1 =rt_tgsigqueueinfo+1 =pidfd_send_signal"),
    CallGroup(130, .signalAction, "sigaction =rt_sigaction =signal"),
    CallGroup(131, .processOption, "prctl"),
    CallGroup(132, .device, "ioctl"),
    CallGroup(133, .control, "fcntl =fcntl64"),
    CallGroup(134, .duplicate, "dup2 =dup3"),
    CallGroup(
      135, .identity,
      """
      setuid =setuid32 =setreuid+1 =setreuid32+1 =setresuid+2 =setresuid32+2
      setgid =setgid32 =setregid+1 =setregid32+1 =setresgid+2 =setresgid32+2
      """),
    CallGroup(137, .trace, "ptrace"),
    CallGroup(
      138, .poll,
      """
      poll =ppoll+1 =ppoll_time64+1 =select+2 =_newselect+2 =pselect6+2 =pselect6_time64+2
      epoll_wait+3 =epoll_pwait+3 =epoll_pwait2+4
      """),
    CallGroup(140, .interest, "epoll_ctl"),
    CallGroup(141, .futex, "futex =futex_time64"),
    CallGroup(142, .alarm, "alarm"),
    CallGroup(143, .bare, "sigreturn =rt_sigreturn"),
    .signals, .identities, .times, .scheduling, .memory, .messages, .files, .kernel,
  ]
}
