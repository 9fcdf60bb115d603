import CHDF5

/// An identifier of the C library, closed when its last owner goes.
final class HDF5Handle: @unchecked Sendable {
  let id: hid_t
  /// What must stay open as long as this: the file of an object.
  private let owner: HDF5Handle?
  private let close: (hid_t) -> herr_t
  private var isClosed = false
  /// Of a file: why an object of it could not be closed, so that not all of it may be in the file. A
  /// chunk is often not written before that.
  private(set) var failure: String?

  /// Takes over `id`; nil where it is an error's.
  init?(
    _ id: hid_t, in owner: HDF5Handle? = nil, closedBy close: @escaping (hid_t) -> herr_t
  ) {
    guard id >= 0 else { return nil }
    self.id = id
    self.owner = owner
    self.close = close
  }

  deinit {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    guard closeNow() < 0, let file = owner?.outermost else { return }
    file.failure = file.failure ?? HDF5Library.lastReason()
  }

  private var outermost: HDF5Handle { owner?.outermost ?? self }

  /// Closes early, to see whether it succeeds: negative where it does not.
  func closeNow() -> herr_t {
    HDF5Library.enter()
    defer { HDF5Library.leave() }
    if isClosed { return 0 }
    isClosed = true
    // A handle may be let go between a failure and the question for its reason, which closing it
    // would wipe out.
    let failures = H5Eget_num(mle_h5_error_stack()) > 0 ? H5Eget_current_stack() : -1
    let status = close(id)
    if failures >= 0, status >= 0 { H5Eset_current_stack(failures) }
    return status
  }
}
