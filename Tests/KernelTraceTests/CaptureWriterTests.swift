import KernelTrace
import Testing

@Suite struct CaptureWriterTests {
  let thread = ThreadID(pid: 1, tid: 2)

  private func withWriter(
    _ body: (inout CaptureWriter, Recording) throws -> Void
  ) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128, alignment: 1)
    defer { buffer.deallocate() }
    let recording = try Recording()
    var writer = CaptureWriter(buffer: buffer, continuingAt: 16) { recording.append($0) }
    try body(&writer, recording)
  }

  @Test func anEventOfAStateWithoutNameIsRefused() throws {
    try withWriter { writer, _ in
      let event = TraceRecord.event(TraceEvent(thread: thread, state: 5, time: 0))
      let error = failure { () throws(CaptureError) in try writer.append(event) }
      #expect(error == .unnamedState(id: 5, atOffset: 28))
      let isNamed = writer.isNamed(5)
      #expect(!isNamed)
      try writer.name(state: 5, "read")
      try writer.append(event)
    }
  }

  @Test func namingTwiceDifferentlyIsRefused() throws {
    try withWriter { writer, recording in
      try writer.name(state: 5, "read")
      try writer.name(state: 5, "read")
      let errors = [
        failure { () throws(CaptureError) in try writer.name(state: 5, "write") },
        failure { () throws(CaptureError) in try writer.name(state: 6, "two words") },
        failure { () throws(CaptureError) in try writer.name(state: 0, "read") },
      ]
      try writer.flush()
      #expect(
        errors == [
          .renamedState(id: 5, atOffset: 35), .stateName(atOffset: 35),
          .renamedState(id: 0, atOffset: 35),
        ])
      #expect(Reading(recording.bytes).items == [.name(5, "read")])
    }
  }

  @Test func threadNumbersAreNotZero() throws {
    try withWriter { writer, _ in
      for thread in [ThreadID(pid: 0, tid: 1), ThreadID(pid: 1, tid: 0)] {
        let error = failure { () throws(CaptureError) in
          try writer.append(.lost(count: 1, thread: thread, time: 0))
        }
        #expect(error == .threadNumberZero(atOffset: 28))
      }
    }
  }

  @Test func whatTheSinkRefusesIsOfferedAgain() throws {
    try withWriter { writer, recording in
      recording.isFull = true
      try writer.name(state: 5, "read")
      var errors = 0
      for _ in 0..<100 {
        let error = failure { () throws(CaptureError) in
          try writer.append(.exit(thread, time: 7))
        }
        #expect(error == nil || error == .notWritten(atOffset: 16))
        if error != nil { errors += 1 }
      }
      recording.isFull = false
      try writer.flush()
      #expect(errors > 0)
      let exit = Item.record(.exit(thread, time: 7))
      #expect(
        Reading(recording.bytes).items
          == [.name(5, "read")] + Array(repeating: exit, count: 100 - errors))
    }
  }
}

private func failure(of body: () throws(CaptureError) -> Void) -> CaptureError? {
  do throws(CaptureError) {
    try body()
    return nil
  } catch {
    return error
  }
}
