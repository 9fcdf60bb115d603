/// Who is reached by enforcement, and who never is.
struct ResponseRules {
  var reach = Reach.job
  /// Programs that are never touched.
  var allowed: [ProgramPattern] = []
  /// The player.
  var ownProcess: UInt32 = 0
  /// The watched cgroup, if everything in it is reached.
  var cgroup: CgroupControl?
}
