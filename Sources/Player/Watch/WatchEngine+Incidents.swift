import CPlatform
import KernelTrace
import LiveTrace
import Scoring

extension WatchEngine {
  /// Stops or kills the offender first, then all others that are to be reached.
  mutating func begin(
    _ verdict: Verdict, _ pid: UInt32, _ killTime: UInt64?, _ details: inout AlertDetails
  ) {
    lastIncident &+= 1
    let number = lastIncident
    incidents.append(
      Incident(number: number, thread: verdict.thread, time: verdict.time, killTime: killTime))
    // Who had the number then did what raised the alarm, whoever was first seen with it.
    var code = join(pid, number, begunBy: verdict.time)
    let family = reached(from: pid)
    for other in family {
      details.jobEvents += tree[other]?.pointee.events ?? 0
      if other == pid { continue }
      let otherCode = join(other, number, begunBy: tree[other]?.pointee.firstSeen ?? 0)
      if code == SignalFailure.ended { code = otherCode }
    }
    let index = incidents.count - 1
    guard incidents[index].processes > 0 else {
      incidents.removeLast()
      for member in family where tree[member]?.pointee.incident == number {
        tree[member]?.pointee.incident = 0
      }
      details.response = code == SignalFailure.ended ? .spared(.ended) : .failed(code: code)
      return
    }
    holdCgroup(for: index)
    counters.incidents += 1
    policy.budget.spend(at: mle_now())
    details.incident = number
    details.processes = incidents[index].processes
  }

  private func reached(from pid: UInt32) -> [UInt32] {
    switch rules.reach {
    case .process: return tree.family(of: pid)
    case .job, .cgroup:
      return tree.family(
        of: tree.job(of: pid) { isAllowed($0) || isProtected($0.pid) })
    }
  }

  /// Makes a process part of an incident, and does to it what the incident does.
  ///
  /// - Parameter time: when it had begun: whoever began later has only got its number.
  /// - Returns: 0, or why it was not reached, as `SignalFailure` has it.
  @discardableResult
  mutating func join(_ pid: UInt32, _ number: UInt32, begunBy time: UInt64) -> Int32 {
    guard let process = tree[pid], process.pointee.incident == 0,
      let index = incidents.firstIndex(where: { $0.number == number })
    else { return SignalFailure.ended }
    guard !isProtected(pid), !isAllowed(process.pointee) else { return 1 }
    let isKilled = incidents[index].killTime == nil
    do throws(SignalFailure) {
      let handle = try responder.handle(of: pid, begunBy: time)
      let code = responder.send(
        isKilled ? ProcessSignals.kill : ProcessSignals.stop, to: handle)
      guard code == 0 else {
        responder.release(handle)
        throw SignalFailure(code: code)
      }
      process.pointee.handle = handle
    } catch {
      // The last events of one that has ended may be still to come, and are part of it.
      if error.code == SignalFailure.ended { process.pointee.incident = number }
      return error.code
    }
    process.pointee.incident = number
    process.pointee.stopTime = mle_now()
    if isKilled { counters.killedProcesses += 1 }
    incidents[index].processes += 1
    incidents[index].remaining += 1
    return 0
  }

  /// Kills what was stopped long enough ago.
  mutating func killDue(at now: UInt64) {
    for index in incidents.indices {
      guard let time = incidents[index].killTime, time <= now else { continue }
      kill(index)
    }
  }

  /// Kills all that is stopped: nobody would later.
  mutating func killStopped() {
    for index in incidents.indices where incidents[index].killTime != nil { kill(index) }
  }

  /// Kills all that an incident has stopped.
  mutating func kill(_ index: Int) {
    incidents[index].killTime = nil
    incidents[index].isCounting = false
    for pid in tree.pids {
      guard let process = tree[pid], process.pointee.incident == incidents[index].number,
        let handle = process.pointee.handle
      else { continue }
      if responder.send(ProcessSignals.kill, to: handle) == 0 { counters.killedProcesses += 1 }
    }
    if incidents[index].holdsCgroup { killCgroup(for: incidents[index].number) }
  }

  /// Kills everything in the cgroup.
  private mutating func killCgroup(for number: UInt32) {
    guard let cgroup = rules.cgroup else { return }
    counters.killedProcesses += strangers(in: cgroup.processes(), to: number)
    cgroup.kill()
  }

  /// How many processes an incident has not reached one by one.
  private func strangers(in processes: [UInt32], to number: UInt32) -> UInt64 {
    var count: UInt64 = 0
    for pid in processes where tree[pid]?.pointee.incident != number { count += 1 }
    return count
  }

  /// Freezes everything in the cgroup, or kills it; not where somebody in it is never to be touched.
  private mutating func holdCgroup(for index: Int) {
    guard rules.reach == .cgroup, let cgroup = rules.cgroup else { return }
    let processes = cgroup.processes()
    // Some are in it: where there are none, they could not be read.
    guard !processes.isEmpty, mayTouch(processes) else { return }
    incidents[index].holdsCgroup = true
    incidents[index].processes += Int(strangers(in: processes, to: incidents[index].number))
    if incidents[index].killTime == nil {
      killCgroup(for: incidents[index].number)
    } else {
      cgroup.freeze()
    }
  }

  private func mayTouch(_ processes: [UInt32]) -> Bool {
    for pid in processes {
      guard !isProtected(pid), let name = name(of: pid), !isAllowed(pid, name) else { return false }
    }
    return true
  }

  /// What a process calls itself; empty where it has ended, nil where it cannot be read.
  private func name(of pid: UInt32) -> ProgramName? {
    if let process = tree[pid], process.pointee.isNamed { return process.pointee.name }
    if let name = responder.name(of: pid) { return name }
    return responder.isAlive(pid, begunBy: mle_now()) ? nil : ProgramName()
  }

  /// Kills all in the watched cgroup, which a player has left frozen; false where somebody in it is
  /// never to be touched.
  func killLeftFrozen(_ cgroup: CgroupControl) -> Bool {
    guard mayTouch(cgroup.processes()) else { return false }
    cgroup.kill()
    return true
  }

  /// A process of an incident has ended.
  mutating func leave(_ process: UnsafeMutablePointer<ProcessEntry>) {
    guard let handle = process.pointee.handle else { return }
    responder.release(handle)
    let number = process.pointee.incident
    process.pointee.handle = nil
    guard let index = incidents.firstIndex(where: { $0.number == number }) else { return }
    incidents[index].remaining -= 1
    guard incidents[index].remaining == 0 else { return }
    let incident = incidents.remove(at: index)
    // Killed by somebody else: a frozen cgroup is left to nobody.
    if incident.holdsCgroup, incident.killTime != nil { killCgroup(for: incident.number) }
    alerts.put(incident)
  }
}
